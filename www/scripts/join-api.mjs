// Joins the API fragments of the host and the plugins into one OpenAPI document, from which the client's types are made.
// Two fragments that claim one path, schema or parameter stop the build, as they stop the daemon.
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

const here = dirname(fileURLToPath(import.meta.url))
// A build in a copy of this folder elsewhere names the checkout.
const source = resolve(process.env.PODLOAD_SOURCE ?? join(here, '../..'))

const fragments = [
  join(source, 'daemon/http/api.yaml'),
  ...readdirSync(join(source, 'plugins'))
    .sort()
    .map((plugin) => join(source, 'plugins', plugin, 'api.yaml'))
    .filter((file) => existsSync(file)),
]

const document = { paths: {}, components: {} }

function claim(into, name, value, file) {
  if (name in into) throw new Error(`${file}: ${name} is declared twice`)
  into[name] = value
}

for (const file of fragments) {
  const { paths = {}, components = {}, ...head } = parse(readFileSync(file, 'utf8'))
  Object.assign(document, head)
  for (const [path, item] of Object.entries(paths)) claim(document.paths, path, item, file)
  for (const [kind, entries] of Object.entries(components)) {
    document.components[kind] ??= {}
    for (const [name, entry] of Object.entries(entries)) claim(document.components[kind], name, entry, file)
  }
}

const out = join(here, '../generated')
mkdirSync(out, { recursive: true })
writeFileSync(join(out, 'openapi.json'), JSON.stringify(document, null, 1))
