import { type KeyObject, sign, verify } from 'node:crypto';
import { type ReceiptEnvelope, receiptPayload, strictBase64 } from '../../domain/receipt.ts';
import { keyIdOf } from './keys.ts';

/** What is signed: `PAE(type, body)` of https://github.com/secure-systems-lab/dsse/blob/master/protocol.md. Lengths count bytes. */
export function preAuthEncoding(payloadType: string, body: Uint8Array): Buffer {
  const type = Buffer.from(payloadType, 'utf8');
  return Buffer.concat([Buffer.from(`DSSEv1 ${type.length} `), type, Buffer.from(` ${body.length} `), body]);
}

/** Ed25519 signs without chance: the same body and key give the same envelope. */
export function signEnvelope(
  { payloadType, body }: { readonly payloadType: string; readonly body: Uint8Array },
  key: KeyObject,
): ReceiptEnvelope {
  const sig = sign(null, preAuthEncoding(payloadType, body), key).toString('base64');
  const payload = Buffer.from(body).toString('base64');
  return { payloadType, payload, signatures: [{ keyid: keyIdOf(key), sig }] };
}

/** Whether the signature is of this key. An envelope that cannot even be read is of nobody. */
export function isSignedBy(envelope: ReceiptEnvelope, sig: string, publicKey: KeyObject): boolean {
  const body = receiptPayload(envelope);
  const signature = strictBase64(sig);
  if (body === null || signature === null) return false;
  return verify(null, preAuthEncoding(envelope.payloadType, body), publicKey, signature);
}
