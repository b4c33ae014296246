/** A time as the API tells it (`YYYY-MM-DD HH:mm:ss` in Asia/Seoul). */
export function Moment({ at }: { readonly at: string }) {
  return (
    <time class="number" dateTime={`${at.replace(' ', 'T')}+09:00`}>
      {at}
    </time>
  );
}
