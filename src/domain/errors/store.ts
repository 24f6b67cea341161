import { defineErrors } from './definition.ts';

export const storeErrors = defineErrors({});
