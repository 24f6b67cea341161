import { defineErrors } from './definition.ts';

export const gatewayErrors = defineErrors({});
