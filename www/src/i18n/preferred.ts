export const languages = ['zh-CN', 'en'] as const
export type Language = (typeof languages)[number]

/** The first language of the browser that the console speaks; Chinese, which most of its people read, when none is. */
export function preferred(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    if (tag.toLowerCase().startsWith('zh')) return 'zh-CN'
    if (tag.toLowerCase().startsWith('en')) return 'en'
  }
  return 'zh-CN'
}
