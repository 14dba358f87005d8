import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

// What needs a page is tested in tests/e2e, in a browser and against a running podload; here are the plain functions.
export default defineConfig({
  resolve: { alias: { '@': fileURLToPath(new URL('./src', import.meta.url)) } },
  test: { environment: 'node', env: { TZ: 'Asia/Shanghai' } },
})
