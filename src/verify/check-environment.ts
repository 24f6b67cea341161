/** What every check and installation is told: nobody watches, nothing is to wait for input, no colours were asked for by us (V2). */
export const checkEnvironment = {
  CI: 'true',
  HUSKY: '0',
  GIT_TERMINAL_PROMPT: '0',
  npm_config_yes: 'true',
} as const;
