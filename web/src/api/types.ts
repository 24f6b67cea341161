/** What the server answers. Types only: the browser has none of the server's code. */
export type * from '../../../src/api/contract.ts';
