import { createPrivateKey } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { strictBase64 } from '../../domain/receipt.ts';
import { isSignedBy, preAuthEncoding, signEnvelope } from './dsse.ts';
import { keyIdOf, newSigningKey, publicKeyText, readPublicKey, readSigningKey } from './keys.ts';

const key = readSigningKey(newSigningKey(), 'the test');
const publicKey = readPublicKey(publicKeyText(key), 'the test');

describe('the encoding that is signed', () => {
  it('X2: is that of the vectors in the DSSE protocol', () => {
    // https://github.com/secure-systems-lab/dsse/blob/master/protocol.md, "Test Vectors".
    const encoded = preAuthEncoding('http://example.com/HelloWorld', Buffer.from('hello world'));
    expect(encoded.toString()).toBe('DSSEv1 29 http://example.com/HelloWorld 11 hello world');
    expect(preAuthEncoding('', Buffer.alloc(0)).toString()).toBe('DSSEv1 0  0 ');
  });

  it('X2: counts bytes, and says where each part ends, so that no part can become another', () => {
    expect(preAuthEncoding('é', Buffer.from('ü')).toString()).toBe('DSSEv1 2 é 2 ü');
    const one = preAuthEncoding('a', Buffer.from('b 1 c'));
    const other = preAuthEncoding('a 5 b', Buffer.from('c'));
    expect(one.equals(other)).toBe(false);
  });
});

describe('a signed envelope', () => {
  const body = Buffer.from('{"a":1}');
  const envelope = signEnvelope({ payloadType: 'text/x', body }, key);
  const sig = envelope.signatures[0]?.sig ?? '';

  it('X2: is the same each time, and of its key alone', () => {
    expect(signEnvelope({ payloadType: 'text/x', body }, key)).toEqual(envelope);
    expect(envelope.signatures[0]?.keyid).toBe(keyIdOf(publicKey));
    expect(isSignedBy(envelope, sig, publicKey)).toBe(true);
    const other = readSigningKey(newSigningKey(), 'the test');
    expect(isSignedBy(envelope, sig, readPublicKey(publicKeyText(other), 'the test'))).toBe(false);
  });

  it('X2: with another type, payload or signature is refused, whatever character was changed', () => {
    expect(isSignedBy({ ...envelope, payloadType: 'text/y' }, sig, publicKey)).toBe(false);
    for (let at = 0; at < envelope.payload.length; at += 1) {
      const changed = flip(envelope.payload, at);
      expect(isSignedBy({ ...envelope, payload: changed }, sig, publicKey), changed).toBe(false);
    }
    for (let at = 0; at < sig.length; at += 1) {
      expect(isSignedBy(envelope, flip(sig, at), publicKey), `signature, character ${at}`).toBe(false);
    }
  });

  it('base64 is read strictly: what Node would skip is no base64', () => {
    expect(strictBase64('aGk=')?.toString()).toBe('hi');
    expect(strictBase64('-_8=')?.length).toBe(2);
    for (const text of ['aGk', 'aGk=\n', 'aG k=', 'aGk==', 'aGl=', '%aGk='])
      expect(strictBase64(text)).toBe(null);
  });
});

function flip(text: string, at: number): string {
  const other = text[at] === 'A' ? 'B' : 'A';
  return `${text.slice(0, at)}${other}${text.slice(at + 1)}`;
}

describe('keys', () => {
  it('X2: the vector of RFC 8032 (7.1, test 1) is read in every form, under one id', () => {
    const hex = 'd75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a';
    const raw = readPublicKey(hex, 'hex');
    const forms = [publicKeyText(raw), raw.export({ type: 'spki', format: 'der' }).toString('base64')];
    for (const form of [...forms, Buffer.from(hex, 'hex').toString('base64')]) {
      expect(keyIdOf(readPublicKey(form, 'form'))).toBe(keyIdOf(raw));
    }
    const der = Buffer.concat([
      Buffer.from('302e020100300506032b657004220420', 'hex'),
      Buffer.from('9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60', 'hex'),
    ]);
    expect(keyIdOf(createPrivateKey({ key: der, format: 'der', type: 'pkcs8' }))).toBe(keyIdOf(raw));
  });

  it('what is no Ed25519 key is refused by name, and never quoted', () => {
    for (const text of ['', 'secret-looking-text', newSigningKey().slice(0, 60)]) {
      expect(() => readPublicKey(text, 'key.pem')).toThrow(/key\.pem/);
      expect(() => readSigningKey(text, 'key.pem')).toThrow(
        expect.objectContaining({ code: 'verify.receipt-key-unusable' }),
      );
    }
  });
});
