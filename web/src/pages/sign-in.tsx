import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactElement, type SubmitEvent, useEffect, useState } from 'react';
import { get, rememberCsrfToken, send } from '../api/request.ts';
import type { MeResponse, SignInWays } from '../api/types.ts';
import { Button, Code } from '../components/basics.tsx';
import { signInProblem } from './sign-in-problems.ts';

/** Takes a one-time link; its code stands in the fragment, which never leaves the browser except in the request that a click makes here. */
export function SignInPage(): ReactElement {
  const { next, problem }: { next?: string; problem?: string } = useSearch({ from: '/sign-in' });
  const navigate = useNavigate();
  const client = useQueryClient();
  const [text, setText] = useState('');
  const [error, setError] = useState<Error | null>(null);
  const [busy, setBusy] = useState(false);
  const ways = useQuery({
    queryKey: ['sign-in'],
    queryFn: () => get<SignInWays>('/api/v1/sign-in'),
    retry: false,
  });

  const signIn = async (code: string) => {
    setBusy(true);
    setError(null);
    try {
      const me = await send<MeResponse>('POST', '/api/v1/sign-in', { code });
      rememberCsrfToken(me.csrfToken);
      client.clear();
      client.setQueryData(['me'], me);
      await navigate({ href: safeTarget(next), replace: true });
    } catch (failure) {
      setError(failure as Error);
    } finally {
      setBusy(false);
    }
  };

  // Not at once: a link that somebody else sent would sign this browser in as them, unasked.
  useEffect(() => {
    const code = codeOf(location.hash);
    if (code === null) return;
    setText(code);
    // It has no place in the history.
    history.replaceState(history.state, '', location.pathname + location.search);
  }, []);

  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const code = codeOf(text) ?? text.trim();
    if (code !== '') void signIn(code);
  };
  return (
    <main className="grid min-h-dvh place-items-center p-4">
      <div className="w-full max-w-md rounded-xl border border-line bg-panel p-6">
        <h1 className="flex items-center gap-2.5 text-lg font-semibold">
          <img src="/icon.svg" alt="" width={26} height={26} />
          Sign in to Runyard
        </h1>
        <p className="mt-3 text-sm text-muted">
          On the machine that runs it, <Code>runyard sign-in</Code> prints a link that signs you in once. Open
          it, or paste it here. Use only links that you asked for.
        </p>
        <form onSubmit={submit} className="mt-4 flex gap-2">
          <input
            className="field flex-1 font-mono text-[13px]"
            aria-label="Sign-in link or code"
            placeholder="Link or code"
            autoComplete="off"
            value={text}
            onChange={(event) => setText(event.target.value)}
          />
          <Button look="primary" type="submit" disabled={busy || text.trim() === ''}>
            Sign in
          </Button>
        </form>
        {ways.data?.oidc && (
          <Button asChild className="mt-3 w-full">
            <a href={ways.data.oidc}>Sign in with your organisation</a>
          </Button>
        )}
        <div role="alert" className="mt-3 min-h-10 text-sm text-bad">
          {error?.message ?? signInProblem(problem)}
        </div>
      </div>
    </main>
  );
}

function codeOf(text: string): string | null {
  const at = text.indexOf('#');
  return at === -1 || at === text.length - 1 ? null : text.slice(at + 1).trim();
}

/** Only a place of this dashboard: a link from elsewhere must not lead away after the sign-in. */
function safeTarget(next: string | undefined): string {
  return next !== undefined && /^\/(?![/\\])/.test(next) ? next : '/';
}
