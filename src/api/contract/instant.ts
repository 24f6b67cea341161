import { z } from 'zod';

/** An instant as the API says it: ISO 8601, UTC. */
export const instant = z.iso.datetime();
