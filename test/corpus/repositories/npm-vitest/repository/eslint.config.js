import tseslint from 'typescript-eslint';

export default tseslint.config(...tseslint.configs.recommended, {
  ignores: ['coverage'],
  rules: { eqeqeq: 'error', 'no-debugger': 'error' },
});
