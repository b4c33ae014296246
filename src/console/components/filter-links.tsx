interface FilterLinksProps {
  readonly label: string;
  readonly links: readonly { readonly href: string; readonly text: string; readonly isCurrent: boolean }[];
}

/** Leads to the same list with other things in it. */
export function FilterLinks({ label, links }: FilterLinksProps) {
  return (
    <nav class="filters" aria-label={label}>
      <ul>
        {links.map(({ href, text, isCurrent }) => (
          <li key={href}>
            <a href={href} aria-current={isCurrent ? 'true' : undefined}>
              {text}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  );
}
