/** What an import that cannot be found says about its cause: a path or alias is wrong, or a package is not installed. */
export function categoryOfSpecifier(specifier: string): 'import_resolution' | 'missing_dependency' {
  return isPackageSpecifier(specifier) ? 'missing_dependency' : 'import_resolution';
}

/** `react`, `@scope/pkg`, `pkg/sub`: not a relative or absolute path, not a usual alias (`@/`, `~/`, `#x`, `$lib`). */
export function isPackageSpecifier(specifier: string): boolean {
  if (/^(?:\.|\/|~|#|\$|@\/|[A-Za-z]:[\\/]|file:|virtual:|\0)/.test(specifier)) return false;
  return /^(?:@[\w.-]+\/)?[\w.-]+(?:\/.*)?$/.test(specifier);
}

/** The package a specifier belongs to: `@scope/pkg/sub` → `@scope/pkg`. */
export function packageNameOf(specifier: string): string {
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : (parts[0] ?? specifier);
}

/** A package's name as a registry's address has it; not every text after a slash is one. */
export function decodeURIComponentSafely(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A stray % is no encoding: the name is meant as it stands.
    return text;
  }
}
