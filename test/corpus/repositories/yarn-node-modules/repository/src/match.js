/** `/users/:id` and the like: names of parameters in order. */
export function parsePattern(pattern) {
  const names = [];
  const parts = pattern.split('/').filter(Boolean);
  for (const part of parts) {
    if (part.startsWith(':')) names.push(part.slice(1));
  }
  return { parts, names };
}

export function matchPath(pattern, path) {
  const { parts } = parsePattern(pattern);
  const given = path.split('/').filter(Boolean);
  if (parts.length !== given.length) return null;
  const params = {};
  for (const [index, part] of parts.entries()) {
    if (part.startsWith(':')) params[part.slice(1)] = given[index];
    else if (part !== given[index]) return null;
  }
  return params;
}
