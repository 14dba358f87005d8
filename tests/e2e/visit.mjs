// A visit to the console: a browser window that notices what must never happen, and the steps that many tests take.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { chromium } from 'playwright-core'

export const url = process.env.PODLOAD_URL?.replace(/\/$/, '')
export const user = process.env.PODLOAD_USER
export const password = process.env.PODLOAD_PASSWORD
if (!url || !user || !password) throw new Error('PODLOAD_URL, PODLOAD_USER and PODLOAD_PASSWORD say which podload to visit')

const axeSource = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8')
const flags = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync']

/** Text that does something where it is taken for HTML. */
export const payload = '"><img src=x onerror="window.ranPayload=true"><script>window.ranPayload=true</script>'

let browser
let signedIn

export async function openBrowser() {
  browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: flags })
}
export async function closeBrowser() {
  await browser?.close()
}

/** Opens a window, signed in unless told otherwise, and closes it after `test` with the checks that hold for every page. */
export async function visit({ signIn = true, language = 'zh-CN', theme = 'light', as }, test) {
  const state = signIn && !as ? (signedIn ??= await session()) : undefined
  const context = await browser.newContext({ baseURL: url, locale: language, colorScheme: theme, viewport: { width: 1440, height: 820 }, storageState: state, ignoreHTTPSErrors: true })
  const page = await context.newPage()
  page.setDefaultTimeout(15_000)
  const thrown = []
  page.on('pageerror', (error) => thrown.push(String(error)))
  page.on('console', (message) => {
    if (/Content Security Policy/i.test(message.text())) thrown.push(message.text())
  })
  try {
    if (as) await enter(page, as.user, as.password)
    await test(page)
    assert.deepEqual(thrown, [], 'the page threw, or the browser blocked something')
    assert.equal(await page.evaluate(() => window.ranPayload), undefined, 'a payload ran')
  } catch (error) {
    await picture(page, 'failed').catch(() => undefined)
    throw error
  } finally {
    await context.close()
  }
}

/** One sign-in serves all tests: the address limits how many there may be. */
async function session() {
  const context = await browser.newContext({ baseURL: url, ignoreHTTPSErrors: true })
  const page = await context.newPage()
  await enter(page, user, password)
  const state = await context.storageState()
  await context.close()
  return state
}

export async function enter(page, name, secret, address = '/') {
  await page.goto(address)
  await page.locator('#username').fill(name)
  await page.locator('#password').fill(secret)
  await page.keyboard.press('Enter')
  await page.locator('#username').waitFor({ state: 'detached' })
}

/** Shows the Pods of a workload of the simulated shop, by the selects as a person would. */
export async function showWorkload(page, namespace, type, workload) {
  await page.goto('/')
  await page.locator('h1').waitFor()
  const [spaces, types, workloads] = [0, 1, 2].map((index) => page.locator('.scope select').nth(index))
  await spaces.locator(`option[value="${namespace}"]`).waitFor({ state: 'attached' })
  await spaces.selectOption(namespace)
  await types.locator(`option[value="${type}"]`).waitFor({ state: 'attached' })
  await types.selectOption(type)
  await workloads.locator(`option[value="${type}/${workload}"]`).waitFor({ state: 'attached' })
  await workloads.selectOption(`${type}/${workload}`)
  await page.waitForURL((at) => at.pathname.includes(`/ns/${namespace}/`) && at.searchParams.get('workload') === workload)
  await page.locator(`tr[data-pod^="${workload}-"]`).first().waitFor()
}

export const row = (page, pod) => page.locator(`tr[data-pod="${pod}"]`)
export const result = (page, pod, kind) => page.locator(`article[data-pod="${pod}"][data-kind="${kind}"]`).first()

/** The names of the Pods in sight that may be taken out. */
export async function receiving(page) {
  return page.locator('tr[data-pod]:has(button.remove):has(.good + *, td:nth-child(3) .good)').evaluateAll((rows) => rows.map((one) => one.dataset.pod))
}

/** Opens the dialog of a Pod and waits for what the dry run says. */
export async function ask(page, pod) {
  await row(page, pod).locator('button.act').click()
  await page.locator('.dialog .checking').waitFor({ state: 'detached' })
  await page.locator('.dialog .services, .dialog .notices, .dialog .problem').first().waitFor()
}

export const submit = (page) => page.locator('.dialog button[type="submit"]')

export async function settled(page, pod, kind, outcome) {
  await page.locator(`article[data-pod="${pod}"][data-kind="${kind}"][data-outcome="${outcome}"]`).first().waitFor({ timeout: 20_000 })
}

export async function removeFor(page, pod, reason, outcome = 'removed') {
  await ask(page, pod)
  await page.locator('.dialog textarea').fill(reason)
  await submit(page).click()
  await settled(page, pod, 'remove', outcome)
}

export async function restore(page, pod, outcome = 'restored') {
  await row(page, pod).locator('button.restore').waitFor()
  await ask(page, pod)
  await submit(page).click()
  await settled(page, pod, 'restore', outcome)
  await row(page, pod).locator('button.remove').waitFor()
}

/** What axe finds wrong with the page as it stands, a line each. */
export async function findings(page) {
  await page.evaluate(axeSource)
  return page.evaluate(async () => (await window.axe.run()).violations.map((one) => `${one.id}: ${one.nodes.map((node) => node.target.join(' ')).join(', ')}`))
}

export async function picture(page, name) {
  const folder = process.env.PODLOAD_SHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`) })
}
