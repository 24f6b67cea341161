import { defineErrors } from './definition.ts';

export const configErrors = defineErrors({});
