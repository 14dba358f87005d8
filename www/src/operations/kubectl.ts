import type { Target } from './requests'

function quoted(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

/** What one would type to change the label by hand. Without a value the label is taken away. */
export function kubectlLine(target: Target, label: string, value: string | null): string {
  const words = ['kubectl', '-n', target.namespace, 'label', 'pod', target.pod]
  return [...words, ...(value === null ? [`${label}-`] : ['--overwrite', `${label}=${value}`])].map(quoted).join(' ')
}
