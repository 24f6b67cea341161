/** A route with the id of a run in it, and the name of a part of it where it has one. */
export function pathOf(route: string, id: string, name = ''): string {
  return route.replace(':id', encodeURIComponent(id)).replace(':name', encodeURIComponent(name));
}

/** A path with what is asked for; what is not given is left out. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string | number | undefined>>,
): string {
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== undefined) parameters.set(name, String(value));
  const text = parameters.toString();
  return text === '' ? path : `${path}?${text}`;
}
