import { useView } from '../shell/view.js';
import { sentenceOf } from './words.js';

/** What the request of something that failed was answered with, or would have been. */
export function Failure({ code }: { readonly code: string }) {
  const sentence = sentenceOf(useView(), code);
  return (
    <>
      {sentence} <code class="small long">{code}</code>
    </>
  );
}
