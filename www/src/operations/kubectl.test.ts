import { expect, test } from 'vitest'
import { kubectlLine } from './kubectl'

const target = { cluster: 'c', namespace: 'shop', pod: 'cart-0' }

test('the line sets the label of the cluster', () => {
  expect(kubectlLine(target, 'load', 'done')).toBe('kubectl -n shop label pod cart-0 --overwrite load=done')
  expect(kubectlLine(target, 'example.com/load', null)).toBe('kubectl -n shop label pod cart-0 example.com/load-')
})

test('what a shell would take apart is quoted', () => {
  expect(kubectlLine({ ...target, pod: "x'; rm -rf /" }, 'load', 'done')).toContain(`'x'\\''; rm -rf /'`)
})
