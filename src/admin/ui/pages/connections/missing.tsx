/** What our account may not do, and who can change that. */
export function Missing({ title, missing }: { title: string; missing: { what: string; next: string }[] }) {
  if (missing.length === 0) return null
  return (
    <div>
      <div className="warning">{title}</div>
      <ul className="points">
        {missing.map(({ what, next }) => (
          <li key={what}>
            <b>{what}</b> <span className="dim">{next}</span>
          </li>
        ))}
      </ul>
    </div>
  )
}
