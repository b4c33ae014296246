// Shows what has changed on the server: an order, or a webhook that came. Without it the page is as of when it was loaded.
const live = document.querySelector('#live');
let latest = 0;

async function show() {
  const turn = ++latest;
  const answer = await fetch('/live');
  const text = await answer.text();
  if (answer.ok && turn === latest) live.innerHTML = text; // the server has escaped it
}

const source = new EventSource('/changes');
source.addEventListener('open', show);
source.addEventListener('message', show);

// The order is taken without loading the page again.
document.addEventListener('submit', (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(event.target, event.submitter));
  fetch(event.target.action, { method: 'POST', body });
});
