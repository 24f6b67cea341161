import { defineErrors } from './definition.ts';

export const apiErrors = defineErrors({});
