import { defineErrors } from './definition.ts';

export const verifyErrors = defineErrors({});
