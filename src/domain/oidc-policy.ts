import { type Role, roles } from './role.ts';

/** Whom an OpenID provider's word lets in, and as what. */
export interface OidcPolicy {
  /** Empty, both: anybody the provider knows, as long as a role below is theirs. */
  readonly allowedDomains: readonly string[];
  readonly allowedEmails: readonly string[];
  /** The claim that says what somebody is: `groups`, `roles`. */
  readonly roleClaim: string;
  /** Values of that claim that give a role. */
  readonly roles: Readonly<Partial<Record<Role, readonly string[]>>>;
  /** Of those who are allowed by their address and have no other role; null: none, so they are refused. */
  readonly defaultRole: Role | null;
}

export type Claims = Readonly<Record<string, unknown>>;

export type OidcDecision =
  | { readonly kind: 'in'; readonly name: string; readonly role: Role }
  | { readonly kind: 'out'; readonly why: string };

/** Decides about somebody whom the provider vouches for. An address counts only if the provider says that it is verified. */
export function decideOidc(claims: Claims, policy: OidcPolicy): OidcDecision {
  const email = textOf(claims['email'])?.toLowerCase() ?? null;
  const byAddress = policy.allowedDomains.length + policy.allowedEmails.length > 0;
  if (byAddress) {
    const problem = addressProblem(email, claims['email_verified'], policy);
    if (problem) return { kind: 'out', why: problem };
  }
  const role = roleByClaim(claims, policy) ?? (byAddress ? policy.defaultRole : null);
  const name =
    email ?? textOf(claims['preferred_username']) ?? textOf(claims['name']) ?? textOf(claims['sub']);
  if (role === null) return { kind: 'out', why: `The claim ${policy.roleClaim} gives you no role here.` };
  return { kind: 'in', name: name ?? 'somebody', role };
}

/** The strongest role that a value of the claim gives. */
function roleByClaim(claims: Claims, policy: OidcPolicy): Role | null {
  const claim = claims[policy.roleClaim];
  const values = new Set([claim].flat().filter((value) => typeof value === 'string'));
  return roles.findLast((role) => policy.roles[role]?.some((value) => values.has(value))) ?? null;
}

function addressProblem(
  email: string | null,
  verified: unknown,
  { allowedDomains, allowedEmails }: OidcPolicy,
): string | null {
  if (email === null) return 'The provider did not say which e-mail address is yours.';
  if (verified !== true && verified !== 'true')
    return `The provider has not verified that ${email} is yours.`;
  if (allowedEmails.some((allowed) => allowed.toLowerCase() === email)) return null;
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (allowedDomains.some((allowed) => allowed.toLowerCase() === domain)) return null;
  return `${email} is not among those who may sign in.`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
