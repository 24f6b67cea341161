/** What the server's way back from an OpenID provider may say. The address of a page is written by anybody: other words are not shown. */
const problems: Readonly<Record<string, string>> = {
  'session-over': 'Your session is over. Sign in again to go on where you were.',
  'api.oidc-refused': 'Your organisation knows you, but this Runyard does not let you in. Ask its admin.',
  'api.oidc-unavailable': 'Your organisation’s sign-in did not answer. Try again.',
  'api.sign-in-refused': 'That sign-in is over or was used already. Try again.',
  'api.sign-in-not-recorded':
    'You were not signed in: it could not be written into the audit log. Try again.',
  'api.too-many-requests': 'Too many attempts. Wait a minute.',
};

export function signInProblem(code: string | undefined): string | null {
  return code === undefined ? null : (problems[code] ?? 'You were not signed in.');
}
