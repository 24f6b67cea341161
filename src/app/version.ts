import packageJson from '../../package.json' with { type: 'json' };

export const runyardVersion: string = packageJson.version;
