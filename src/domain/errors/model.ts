import { defineErrors } from './definition.ts';

export const modelErrors = defineErrors({});
