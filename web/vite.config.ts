import path from 'node:path';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/** For `npm run dev` only: where a control plane answers, and a token of it. */
const server = process.env['RUNYARD_URL'] ?? 'http://127.0.0.1:4700';
const token = process.env['RUNYARD_TOKEN'];

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss()],
  resolve: {
    alias: [
      {
        find: /^shiki\/langs$/,
        replacement: path.join(import.meta.dirname, 'src/lib/diff-languages.ts'),
      },
    ],
  },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2023',
    // Inlined files would need `data:` in the content security policy.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: {
      '/api': {
        target: server,
        ...(token === undefined ? {} : { headers: { authorization: `Bearer ${token}` } }),
      },
    },
  },
});
