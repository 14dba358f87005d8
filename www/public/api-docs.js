// The joined OpenAPI document of this installation, laid out for reading. Text only: nothing of the
// document is ever taken for markup.
const METHODS = ['get', 'post', 'put', 'patch', 'delete']

function element(name, text, attributes = {}, children = []) {
  const made = document.createElement(name)
  if (text !== undefined) made.textContent = text
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value)
  made.append(...children)
  return made
}

function resolve(api, part) {
  if (!part || !part.$ref) return part
  return part.$ref.slice(2).split('/').reduce((at, key) => at?.[key], api)
}

/** A schema as a reader's sketch: members, their types, and what is said of them. */
function sketch(api, schema, depth = 0, seen = []) {
  if (!schema) return ''
  if (schema.$ref) {
    if (seen.includes(schema.$ref)) return schema.$ref.split('/').pop()
    seen = [...seen, schema.$ref]
  }
  const it = resolve(api, schema)
  const pad = '  '.repeat(depth + 1)
  const alternatives = it.oneOf ?? it.anyOf
  if (alternatives) return alternatives.map((one) => sketch(api, one, depth, seen)).join(' | ')
  if (it.type === 'array') return `[ ${sketch(api, it.items ?? {}, depth, seen)} ]`
  if (it.properties) {
    const lines = Object.entries(it.properties).map(([name, member]) => {
      const inner = resolve(api, member)
      const optional = (it.required ?? []).includes(name) ? '' : '?'
      const said = inner.description ? `   // ${inner.description}` : ''
      return `${pad}${name}${optional}: ${sketch(api, member, depth + 1, seen)}${said}`
    })
    return `{\n${lines.join('\n')}\n${'  '.repeat(depth)}}`
  }
  if (it.enum) return it.enum.map((one) => JSON.stringify(one)).join(' | ')
  return Array.isArray(it.type) ? it.type.join(' | ') : (it.type ?? 'any')
}

function body(api, title, content) {
  const [type, media] = Object.entries(content ?? {})[0] ?? []
  if (!type) return []
  return [element('p', `${title} (${type})`), element('pre', sketch(api, media.schema))]
}

function operation(api, path, method, row) {
  const details = element('details')
  const summary = element('summary', undefined, {}, [
    element('span', method.toUpperCase(), { class: `method ${method}` }),
    element('code', path),
    element('span', row['x-permission'], { class: 'needs', title: 'needs this permission' }),
    element('div', row.summary),
  ])
  details.append(summary)
  const parameters = (row.parameters ?? []).map((one) => resolve(api, one))
  if (parameters.length) {
    const rows = parameters.map((one) =>
      element('tr', undefined, {}, [
        element('td', one.name),
        element('td', one.in + (one.required ? '' : ', optional')),
        element('td', sketch(api, one.schema)),
        element('td', one.description ?? ''),
      ]),
    )
    const head = element('tr', undefined, {}, ['Parameter', 'Where', 'Type', ''].map((text) => element('th', text)))
    details.append(element('table', undefined, {}, [element('thead', undefined, {}, [head]), element('tbody', undefined, {}, rows)]))
  }
  if (row.requestBody) details.append(...body(api, row.requestBody.required ? 'Body' : 'Body, optional', row.requestBody.content))
  for (const [status, reply] of Object.entries(row.responses ?? {})) {
    const it = resolve(api, reply)
    if (status === 'default' || Number(status) >= 400) continue
    details.append(...body(api, `${status}: ${it.description}`, it.content))
  }
  if (row['x-change']) details.append(element('p', `In the operation log as ${row['x-change']}.`))
  return details
}

function lay(api, wanted) {
  const main = document.getElementById('operations')
  const groups = new Map()
  for (const [path, methods] of Object.entries(api.paths))
    for (const method of METHODS) {
      const row = methods[method]
      if (!row) continue
      const text = `${method} ${path} ${row.summary} ${row['x-permission']}`.toLowerCase()
      if (!text.includes(wanted)) continue
      const group = row.operationId.split('.')[0]
      if (!groups.has(group)) groups.set(group, [])
      groups.get(group).push(operation(api, path, method, row))
    }
  main.replaceChildren(...[...groups].sort().flatMap(([group, rows]) => [element('h2', group), ...rows]))
  if (!groups.size) main.textContent = 'Nothing has that in it.'
}

try {
  const reply = await fetch('/api/openapi.json', { headers: { 'X-Podload-Background': '1' } })
  if (!reply.ok) throw new Error(`${reply.status}`)
  const api = await reply.json()
  const find = document.getElementById('find')
  find.addEventListener('input', () => lay(api, find.value.trim().toLowerCase()))
  lay(api, '')
} catch (error) {
  document.getElementById('operations').textContent = `podload does not answer (${error.message}). Try again in a moment.`
}
