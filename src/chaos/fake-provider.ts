import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { http } from '../lib/node-http.ts';
import { tokensPerAnswer } from './fake-agent.ts';

export interface FakeProvider {
  readonly url: string;
  /** How often it was asked. Whoever asks is charged, whether the answer arrives or not. */
  answers(): number;
  close(): Promise<void>;
}

/** A provider that speaks just enough of Anthropic Messages: always the same answer. */
export async function startFakeProvider(): Promise<FakeProvider> {
  let answers = 0;
  const server = http.createServer((request, response) => {
    request.resume().once('end', () => {
      answers += 1;
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer(answers)));
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    answers: () => answers,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

function answer(number: number): object {
  return {
    id: `msg_${number}`,
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-5',
    content: [{ type: 'text', text: 'Go on.' }],
    stop_reason: 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: tokensPerAnswer.input, output_tokens: tokensPerAnswer.output },
  };
}
