'use client';

import { useState } from 'react';

export function Counter({ first }: { first: number }) {
  const [count, setCount] = useState(first);
  return <button onClick={() => setCount(count + 1)}>{count}</button>;
}
