import { defineErrors } from './definition.ts';

export const planErrors = defineErrors({});
