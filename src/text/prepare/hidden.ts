/** Finds text that a person who opens the ticket would not see. A classifier must not read it either. */

/** An element as the HTML parser gives it. */
export type Element = { attribs?: Record<string, string>; parent?: unknown; children?: unknown[]; data?: string }

/** Does the markup hide this element? Style sheets are not read: helpdesks strip them. */
export function isHidden(element: Element): boolean {
  const { attribs = {} } = element
  const style = stylesOf(attribs)
  if ('hidden' in attribs || style.display === 'none' || style['mso-hide'] === 'all') return true
  if (style.visibility === 'hidden' || style.visibility === 'collapse') return true
  if (style.opacity !== undefined && Number.parseFloat(style.opacity) < 0.1) return true
  if (isTiny(style['font-size']) && !hasSizeInside(element)) return true
  if (isClipped(style) || isOffScreen(style)) return true
  const colour = style.color ?? attribs.color?.toLowerCase()
  return colour !== undefined && (isClear(colour) || (isWhite(colour) && !hasBackground(element)))
}

/** White or transparent: not visible on the white page. */
export const isInvisibleColour = (colour: string) => isClear(colour.toLowerCase()) || isWhite(colour.toLowerCase())

type Styles = Record<string, string>

function stylesOf(attribs: Record<string, string>): Styles {
  const styles: Styles = {}
  for (const each of (attribs.style ?? '').slice(0, 4000).split(';')) {
    const colon = each.indexOf(':')
    if (colon < 0) continue
    const name = each.slice(0, colon).trim().toLowerCase()
    styles[name] = each
      .slice(colon + 1)
      .replace('!important', '')
      .replace(/\s+/g, '')
      .toLowerCase()
  }
  return styles
}

/** At most two pixels. A relative size depends on the sizes around it, so only zero is certain. */
function isTiny(size: string | undefined): boolean {
  if (size === undefined) return false
  const value = Number.parseFloat(size)
  return value === 0 || (value <= 2 && /px|pt$/.test(size))
}

/** Mail layouts use boxes of font size 0 whose contents set a size of their own. */
function hasSizeInside(element: Element): boolean {
  const open = [...(element.children ?? [])] as Element[]
  for (let seen = 0; open.length > 0 && seen < 1000; seen++) {
    const { attribs, children } = open.pop()!
    if (attribs && stylesOf(attribs)['font-size'] !== undefined) return true
    for (const child of children ?? []) open.push(child as Element)
  }
  return false
}

function isClipped(style: Styles): boolean {
  if (/^rect\((?:0|1px|0px)[,0-9px]*\)$/.test(style.clip ?? '') || style['clip-path'] === 'inset(100%)') return true
  const sides = ['height', 'max-height', 'width', 'max-width']
  return style.overflow === 'hidden' && sides.some((side) => /^[01](?:px|pt|em)?$/.test(style[side] ?? ''))
}

const OFF_SCREEN = -400

function isOffScreen(style: Styles): boolean {
  const placed = style.position === 'absolute' || style.position === 'fixed'
  const sides = placed ? ['left', 'right', 'top', 'bottom', 'text-indent'] : ['text-indent', 'margin-left']
  return sides.some((side) => Number.parseFloat(style[side] ?? '') <= OFF_SCREEN)
}

const isClear = (colour: string) => colour === 'transparent' || /^(?:rgba|hsla)\(.*,0?\.?0+\)$/.test(colour)

/** White or nearly white, in any CSS notation. */
function isWhite(colour: string): boolean {
  if (/^(?:white|snow|ivory|whitesmoke)$/.test(colour)) return true
  const hex = /^#([0-9a-f]{3}|[0-9a-f]{6})$/.exec(colour)?.[1]
  if (hex) return (hex.length === 3 ? [...hex].map((c) => c + c) : hex.match(/../g)!).every((c) => c >= 'f0')
  const parts = /^rgba?\((\d+),(\d+),(\d+)/.exec(colour)
  return parts?.slice(1).every((part) => Number(part) >= 240) ?? false
}

/** White text on a coloured button or banner is visible. */
function hasBackground(element: Element): boolean {
  let at: Element | undefined = element
  for (let up = 0; at && up < 100; up++) {
    const { attribs = {} } = at
    const style = stylesOf(attribs)
    const background =
      attribs.bgcolor?.toLowerCase() ?? style['background-color'] ?? style.background ?? style['background-image']
    if (background !== undefined && background !== 'none' && !isInvisibleColour(background)) return true
    at = at.parent as Element | undefined
  }
  return false
}

/** How many characters of text an element contains. */
export function lengthOf(element: Element): number {
  let length = 0
  const open = [element]
  for (let seen = 0; open.length > 0 && seen < 5000; seen++) {
    const next = open.pop()!
    length += next.data?.length ?? 0
    for (const child of next.children ?? []) open.push(child as Element)
  }
  return length
}
