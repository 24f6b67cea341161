import type { Protocol } from '../types.ts';
import { anthropic } from './anthropic.ts';
import { openai } from './openai.ts';
import type { WireProtocol } from './types.ts';

export const protocols: Readonly<Record<Protocol, WireProtocol>> = { anthropic, openai };
