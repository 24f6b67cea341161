import { defineErrors } from './definition.ts';

export const processErrors = defineErrors({});
