// A Pod of a kind that the console was never told of, taken out and put back (tests/integration/workload_types_test.py).
import { after, before, test } from 'node:test'
import { closeBrowser, openBrowser, picture, removeFor, restore, row, showWorkload, visit } from '../visit.mjs'

const { PODLOAD_NAMESPACE: namespace, PODLOAD_TYPE: type, PODLOAD_WORKLOAD: workload } = process.env

before(openBrowser)
after(closeBrowser)

test(`${type}/${workload}`, () =>
  visit({}, async (page) => {
    await showWorkload(page, namespace, type, workload)
    await removeFor(page, `${workload}-1`, '看看里面')
    await row(page, `${workload}-1`).locator('.badge.warn', { hasText: '已踢出' }).waitFor()
    await picture(page, 'custom-kind')
    await restore(page, `${workload}-1`)
  }))
