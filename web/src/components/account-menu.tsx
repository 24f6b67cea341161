import { useQueryClient } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { LogOut } from 'lucide-react';
import { useMe } from '../api/queries.ts';
import { send } from '../api/request.ts';
import { Button } from './basics.tsx';
import { tellFailed } from './toasts.tsx';

/** Who is signed in with which role, and the way out. */
export function AccountMenu() {
  const me = useMe();
  const client = useQueryClient();
  const navigate = useNavigate();
  if (me.data === undefined) return <div className="h-9" />;
  const leave = async () => {
    try {
      await send('POST', '/api/v1/sign-out');
      client.clear();
      await navigate({ to: '/sign-in' });
    } catch (error) {
      tellFailed(error);
    }
  };
  return (
    <div className="flex h-9 items-center gap-2 px-1">
      <div className="min-w-0 flex-1 leading-tight">
        <p className="truncate text-xs font-medium">{me.data.name}</p>
        <p className="text-2xs text-muted">{me.data.role}</p>
      </div>
      <Button look="quiet" aria-label="Sign out" onClick={() => void leave()}>
        <LogOut size={15} aria-hidden />
      </Button>
    </div>
  );
}
