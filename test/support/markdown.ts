/**
 * What a text in Markdown and its translation have in common, a line for each piece, for tests that compare them:
 * headings by their level and number; paragraphs, items and cells by the code and links in them; blocks of code by what
 * is not for people in them.
 */
export function outlineOf(markdown: string): string[] {
  return blocksOf(markdown).flatMap(({ kind, lines }) => {
    if (kind === 'code') return outlineOfCode(lines);
    if (kind === 'table') return lines.map((row) => `| ${cellsOf(row).map(codeIn).join(' | ')} |`);
    const text = lines.join(' ');
    if (kind === 'heading') return [`${/^#+(?: \d+\.)?/.exec(text)?.[0]} ${codeIn(text)}`];
    return [`${kind} ${[codeIn(text), ...linksIn(text)].join(' ')}`];
  });
}

/** The numbers in each block that is no code: a translation may have more of them (a word may become a number). */
export function numbersOf(markdown: string): string[][] {
  const texts = blocksOf(markdown).filter(({ kind }) => kind !== 'code');
  return texts.map(({ lines }) => lines.join(' ').match(/\d[\d,.:]*(?<=\d)/g) ?? []);
}

/** Where its links lead, in their order. */
export function linksIn(markdown: string): string[] {
  return [...markdown.matchAll(/\]\(([^)]+)\)/g)].map(([, target = '']) => target);
}

/** The anchors of its headings. */
export function anchorsOf(markdown: string): string[] {
  const headings = blocksOf(markdown).filter(({ kind }) => kind === 'heading');
  return headings.map(({ lines: [line = ''] }) =>
    line
      .replace(/^#+ /, '')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- ]/gu, '')
      .replaceAll(' ', '-'),
  );
}

type Kind = 'heading' | 'paragraph' | 'item' | 'table' | 'code';
interface Block {
  readonly kind: Kind;
  readonly lines: string[];
}

function blocksOf(markdown: string): Block[] {
  const blocks: Block[] = [];
  let open: Block | undefined;
  for (const line of markdown.split('\n')) {
    const isFence = line.startsWith('```');
    if (open?.kind === 'code') {
      open.lines.push(line);
      if (isFence) open = undefined;
      continue;
    }
    const kind = isFence ? 'code' : kindOf(line);
    if (kind === undefined) open = undefined;
    else if (open && continues(open, kind)) open.lines.push(line);
    else blocks.push((open = { kind, lines: [line] }));
  }
  return blocks;
}

function kindOf(line: string): Kind | undefined {
  if (line.trim() === '') return undefined;
  if (/^#+ /.test(line)) return 'heading';
  if (/^\s*(?:-|\d+\.) /.test(line)) return 'item';
  return line.startsWith('|') ? 'table' : 'paragraph';
}

/** A line that begins nothing goes on with what is open. */
function continues(open: Block, kind: Kind): boolean {
  return kind === open.kind ? kind === 'table' || kind === 'paragraph' : kind === 'paragraph' && open.kind === 'item';
}

const cellsOf = (row: string) => row.split(/(?<!\\)\|/).slice(1, -1);
/** Words stand in another order in another language. */
const codeIn = (text: string) => (text.match(/`[^`]+`/g) ?? []).sort().join(' ');

/** What of a block of code must be the same: by its language, for each line what is not for people in it. */
function outlineOfCode([fence = '', ...lines]: readonly string[]): string[] {
  const outline = OUTLINES[fence.slice(3)] ?? ((line: string) => line);
  return [fence, ...lines.map(outline)];
}

const OUTLINES: Readonly<Record<string, (line: string) => string>> = {
  // A comment by its values: what a command answers is one, too.
  sh: (line) => {
    const [comment] = /(?:^|\s+)# .*$/.exec(line) ?? [''];
    const command = line.slice(0, line.length - comment.length);
    return comment ? `${command} # ${wordsIn(comment, /"[^"]*"|\d+|[{}]/g)}` : command;
  },
  // Who is meant, and what is said between them by its code.
  mermaid: (line) => {
    const [, structure = line, text = ''] = /^(.*?(?: as |: |\b(?:alt|else|loop) ))(.*)$/.exec(line) ?? [];
    return `${structure}${wordsIn(text, /\/\w+|\b[A-Z]{3,}\b|\b\d+\b/g)}`;
  },
  // A listing: names, and something about them.
  '': (line) => {
    const [name = '', ...others] = line.split(/\s{2,}/);
    return [name, ...others.map((it) => (/^\S*$/.test(it) ? it : '…'))].join('  ');
  },
};

const wordsIn = (text: string, words: RegExp) => (text.match(words) ?? []).join(' ');
