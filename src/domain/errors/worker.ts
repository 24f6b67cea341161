import { defineErrors } from './definition.ts';

export const workerErrors = defineErrors({});
