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
    const problem = addressProblem(email, isVerified(claims), policy);
    if (problem) return { kind: 'out', why: problem };
  }
  const role = roleByClaim(claims, policy) ?? (byAddress ? policy.defaultRole : null);
  if (role === null) return { kind: 'out', why: `The claim ${policy.roleClaim} gives you no role here.` };
  return { kind: 'in', name: nameOf(claims, email), role };
}

/** What the answer about somebody (userinfo) adds to their ID token. An address and the word that it is verified come from the same of the two. */
export function mergeClaims(idToken: Claims, userInfo: Claims): Claims {
  const { email, email_verified, ...rest } = idToken;
  if (email === undefined) return { ...userInfo, ...rest };
  return { ...userInfo, ...rest, email, email_verified };
}

/** A verified address, or what they call themselves together with the name that only the provider gives: others may call themselves the same. */
function nameOf(claims: Claims, email: string | null): string {
  if (email !== null && isVerified(claims)) return email;
  const subject = textOf(claims['sub']);
  const said = textOf(claims['preferred_username']) ?? textOf(claims['name']) ?? email;
  if (subject === null) return 'somebody';
  return said === null || said === subject ? subject : `${said} (not verified, subject ${subject})`;
}

function isVerified(claims: Claims): boolean {
  return claims['email_verified'] === true || claims['email_verified'] === 'true';
}

/** The strongest role that a value of the claim gives. */
function roleByClaim(claims: Claims, policy: OidcPolicy): Role | null {
  const claim = claims[policy.roleClaim];
  const values = new Set([claim].flat().filter((value) => typeof value === 'string'));
  return roles.findLast((role) => policy.roles[role]?.some((value) => values.has(value))) ?? null;
}

function addressProblem(
  email: string | null,
  verified: boolean,
  { allowedDomains, allowedEmails }: OidcPolicy,
): string | null {
  if (email === null) return 'The provider did not say which e-mail address is yours.';
  if (!verified) return `The provider has not verified that ${email} is yours.`;
  if (allowedEmails.some((allowed) => allowed.toLowerCase() === email)) return null;
  const domain = email.slice(email.lastIndexOf('@') + 1);
  if (allowedDomains.some((allowed) => allowed.toLowerCase() === domain)) return null;
  return `${email} is not among those who may sign in.`;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
