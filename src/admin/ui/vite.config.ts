/** Builds the admin page into dist/ui, or serves it with hot reload: `npm run dev:page`, beside `npm run dev`. */
import { readFileSync, writeFileSync } from 'node:fs'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'

/** Puts `.br` and `.gz` beside each text file. From disk: Vite changes the chunks once more after `generateBundle`. */
const compressed: Plugin = {
  name: 'compressed',
  apply: 'build',
  writeBundle({ dir }, bundle) {
    for (const name of Object.keys(bundle)) {
      if (!/\.(js|css|svg)$/.test(name)) continue
      const text = readFileSync(`${dir}/${name}`)
      writeFileSync(`${dir}/${name}.br`, brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 10 } }))
      writeFileSync(`${dir}/${name}.gz`, gzipSync(text, { level: 9 }))
    }
  },
}

export default defineConfig(({ command }) => {
  // Tests and shells set others, and React would then be the one for development, a third larger and slower.
  if (command === 'build') process.env.NODE_ENV = 'production'
  return {
    root: import.meta.dirname,
    plugins: [react(), compressed],
    // The server puts the nonce of each load in its place.
    html: { cspNonce: '__NONCE__' },
    build: {
      outDir: '../../../dist/ui',
      emptyOutDir: true,
      target: 'es2023',
      modulePreload: { polyfill: false },
      // A data: URL would need more rights in the policy.
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      // What counts is the compressed script of the first load: a test holds its limit.
      chunkSizeWarningLimit: 1000,
      license: { fileName: 'assets/licenses.txt' },
    },
    server: { proxy: { '/api': process.env.API ?? 'http://127.0.0.1:8080' } },
  }
})
