/** The views of a page, as tabs whose place is in the address. */
import { Link, type LinkProps } from '@tanstack/react-router'

type Props = { label: string; views: { name: string; link: LinkProps; current: boolean }[] }

export function Views({ label, views }: Props) {
  return (
    <nav className="tabs views" aria-label={label}>
      {views.map(({ name, link, current }) => (
        <Link
          key={name}
          {...link}
          aria-current={current ? 'true' : undefined}
          activeOptions={{ exact: true, explicitUndefined: true }}
        >
          {name}
        </Link>
      ))}
    </nav>
  )
}
