// The bot that BenchmarkSlackCommandBesideBolt puts beside briefbot: what a good
// developer would write with Bolt for the same question.
//
//     node bot.js BOOK.json BOOK.db
//
// It makes a SQLite database of a book that briefbot has exported, with an index for
// each query, and answers "/brief who NAME" from prepared statements, in the
// acknowledgement, with what briefbot says: what somebody is, why they matter now,
// role and affiliation, the latest reports, positions, what is expected, what is not
// known, sources, when each was so and by whom, what is stale, and the same buttons.
//
// It is spared what costs Bolt time and is of no use here: it has no store of
// conversations, logs errors only, and authorizes from memory, so that it asks Slack
// nothing. It also does less than briefbot: a name must be written as the book has it
// (letter case and accents aside), one kind of question is understood, days are those
// of UTC, edits of the book are not seen, and what its buttons stand for is not kept.
'use strict';

const fs = require('node:fs');
const { App, HTTPReceiver, LogLevel } = require('@slack/bolt');
const Database = require('better-sqlite3');

const [bookFile, databaseFile] = process.argv.slice(2);
const db = new Database(databaseFile);
db.pragma('journal_mode = WAL');
db.pragma('synchronous = NORMAL');

// fold is how names are compared.
const fold = (name) => name.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase().replace(/\s+/g, ' ').trim();

// fill makes the database from the revisions of an export, of which the last of each
// thing counts.
function fill(revisions) {
  db.exec(`
    CREATE TABLE entries (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, name TEXT NOT NULL, role TEXT, affiliation TEXT, summary TEXT, why_now TEXT, open TEXT,
      recorded TEXT, attribution TEXT, confidence TEXT, nature TEXT, sources TEXT
    ) WITHOUT ROWID;
    CREATE TABLE aliases (folded TEXT NOT NULL, entry TEXT NOT NULL, name TEXT NOT NULL, position INTEGER NOT NULL, PRIMARY KEY (folded, entry)) WITHOUT ROWID;
    CREATE INDEX aliases_of ON aliases (entry, position, name);
    CREATE TABLE reports (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, subject TEXT, text TEXT NOT NULL, state TEXT, importance INTEGER NOT NULL, occurred TEXT,
      recorded TEXT, attribution TEXT, confidence TEXT, nature TEXT, sources TEXT
    ) WITHOUT ROWID;
    CREATE TABLE about (entry TEXT NOT NULL, class TEXT NOT NULL, occurred TEXT, importance INTEGER NOT NULL, report TEXT NOT NULL);
    CREATE INDEX about_latest ON about (entry, class, occurred DESC, importance DESC, report);
    CREATE TABLE sources (id TEXT PRIMARY KEY, name TEXT NOT NULL, published TEXT) WITHOUT ROWID;
  `);
  const putEntry = db.prepare('INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const putAlias = db.prepare('INSERT OR IGNORE INTO aliases VALUES (?, ?, ?, ?)');
  const putReport = db.prepare('INSERT INTO reports VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
  const putAbout = db.prepare('INSERT INTO about VALUES (?, ?, ?, ?, ?)');
  const putSource = db.prepare('INSERT INTO sources VALUES (?, ?, ?)');
  const last = new Map();
  for (const r of revisions) last.set(`${r.ref.kind} ${r.ref.id}`, r);
  db.transaction(() => {
    for (const { ref, after } of last.values()) {
      if (!after) continue; // it was deleted
      const claim = after.claim ?? {};
      const said = [claim.recorded?.slice(0, 10), claim.attribution, claim.confidence, claim.nature, JSON.stringify(claim.sources ?? [])];
      switch (ref.kind) {
        case 'source':
          putSource.run(ref.id, after.name, after.published);
          break;
        case 'entry':
          putEntry.run(ref.id, after.kind, after.name, after.role, after.affiliation, after.summary, after.why_now, JSON.stringify(after.open ?? []), ...said);
          [after.name, ...(after.aliases ?? [])].forEach((name, i) => putAlias.run(fold(name), ref.id, name, i));
          break;
        case 'report': {
          putReport.run(ref.id, after.kind, after.subject, after.text, after.state, after.importance ?? 0, claim.occurred, ...said);
          const kind = after.state === 'expected' ? 'expected' : after.kind === 'position' ? 'position' : 'latest';
          for (const entry of new Set([after.subject, ...(after.about ?? [])])) {
            if (entry) putAbout.run(entry, kind, claim.occurred, after.importance ?? 0, ref.id);
          }
        }
      }
    }
  })();
  db.exec('ANALYZE');
}

fill(JSON.parse(fs.readFileSync(bookFile, 'utf8')).revisions);

const latestShown = 3;
const aliasesShown = 6;
const staleAfterDays = { status: 1, position: 7, role: 90 };

const findEntry = db.prepare(`
  SELECT e.*, coalesce(a.name, e.affiliation) AS affiliationName
  FROM aliases n JOIN entries e ON e.id = n.entry LEFT JOIN entries a ON a.id = e.affiliation
  WHERE n.folded = ? LIMIT 1`);
const findAliases = db.prepare('SELECT name FROM aliases WHERE entry = ? AND position > 0 ORDER BY position').pluck();
const findReports = db.prepare(`
  SELECT r.*, s.name AS subjectName
  FROM about x JOIN reports r ON r.id = x.report LEFT JOIN entries s ON s.id = r.subject
  WHERE x.entry = ? AND x.class = ? ORDER BY x.occurred DESC, x.importance DESC LIMIT ${latestShown}`);
const findSource = db.prepare('SELECT * FROM sources WHERE id = ?');

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

// day writes 2025-12-03, 2025-12 or 2025 as people do.
function day(date) {
  const [year, month, d] = date.split('-');
  return [d && Number(d), month && months[month - 1], year].filter(Boolean).join(' ');
}

// staleSince returns the day since when something is stale; null if it is not.
function staleSince(kind, date) {
  if (!(kind in staleAfterDays) || !date) return null;
  const until = Date.parse(date) + staleAfterDays[kind] * 86400000;
  return until < Date.now() ? new Date(until).toISOString().slice(0, 10) : null;
}

const run = (text, style) => (style ? { type: 'text', text, style } : { type: 'text', text });
const bold = { bold: true };
const italic = { italic: true };
const section = (...elements) => ({ type: 'rich_text_section', elements });
const bullets = (items) => ({ type: 'rich_text_list', style: 'bullet', elements: items });
const mrkdwn = (text) => ({ type: 'mrkdwn', text, verbatim: true });
const escape = (text) => text.replace(/[&<>]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;' })[c]);
const button = (text, action) => ({ type: 'button', text: { type: 'plain_text', text, emoji: false }, action_id: action, value: action });

// answer is what a message holds that says who somebody is; null where the book has
// nobody of that name.
function answer(name) {
  const entry = findEntry.get(fold(name));
  if (!entry) return null;
  const cited = [];
  const cite = (sources) =>
    JSON.parse(sources)
      .map((id) => {
        if (!cited.includes(id)) cited.push(id);
        return `[${cited.indexOf(id) + 1}]`;
      })
      .join('');
  const blocks = [];
  const lines = [entry.name, entry.kind];
  blocks.push({ type: 'header', text: { type: 'plain_text', text: entry.name, emoji: false } });
  blocks.push({ type: 'context', elements: [mrkdwn(escape(entry.kind))] });

  const lead = [];
  const old = staleSince('role', entry.recorded);
  if (old) {
    const rest = ` since ${day(old)}: the role was recorded on ${day(entry.recorded)}, and nobody has verified it.`;
    lead.push({ type: 'rich_text_quote', elements: [run('STALE', bold), run(rest)] });
    lines.push(`STALE${rest}`);
  }
  const words = [];
  if (entry.summary) {
    words.push(run(`${entry.summary}\n\n`));
    lines.push(entry.summary);
  }
  if (entry.why_now) {
    words.push(run('Why now: ', bold), run(entry.why_now));
    lines.push(`Why now: ${entry.why_now}`);
  }
  if (words.length > 0) lead.push(section(...words));
  if (lead.length > 0) blocks.push({ type: 'rich_text', elements: lead });

  const fields = [];
  const field = (label, value) => {
    if (!value) return;
    fields.push(mrkdwn(`*${label}*\n${escape(value)}`));
    lines.push(`${label}: ${value}`);
  };
  const aliases = findAliases.all(entry.id);
  const more = aliases.length > aliasesShown ? [`and ${aliases.length - aliasesShown} more`] : [];
  field('Role', entry.role);
  field('Affiliation', entry.affiliationName);
  field('Also known as', [...aliases.slice(0, aliasesShown), ...more].join(', '));
  if (fields.length > 0) blocks.push({ type: 'section', fields });

  const body = [];
  const list = (title, items) => {
    if (items.length === 0) return;
    body.push(section(run(body.length > 0 ? `\n${title}` : title, bold)), bullets(items));
  };
  // item sets a report, as a bullet and as lines.
  const item = (r) => {
    const head = r.state === 'expected' ? 'Expected:' : r.kind === 'status' ? `${r.subjectName}, status:` : '';
    const meta = `${r.occurred ? day(r.occurred) : 'undated'} · according to ${r.attribution} · ${r.nature}, ${r.confidence} confidence ${cite(r.sources)}`;
    const since = staleSince(r.kind, r.occurred);
    const elements = head ? [run(head, bold), run(` ${r.text}`), run('\n')] : [run(r.text), run('\n')];
    elements.push(run(meta, italic));
    if (since) elements.push(run(' · ', italic), run('STALE', { bold: true, italic: true }), run(` since ${day(since)}`, italic));
    lines.push(`• ${head ? `${head} ` : ''}${r.text}`, since ? `${meta} · STALE since ${day(since)}` : meta);
    return section(...elements);
  };
  const reports = (title, kind) => {
    const found = findReports.all(entry.id, kind);
    if (found.length === 0) return;
    lines.push(title);
    list(title, found.map(item));
  };
  reports('Latest', 'latest');
  reports('Positions', 'position');
  reports('Coming up', 'expected');
  const open = JSON.parse(entry.open);
  if (open.length > 0) {
    lines.push('Not known', ...open.map((o) => `• ${o}`));
    list('Not known', open.map((o) => section(run(o))));
  }
  const basis = `${entry.role ? 'Role according' : 'According'} to ${entry.attribution} · ${entry.nature}, ${entry.confidence} confidence ${cite(entry.sources)} · in the book since ${day(entry.recorded)}`;
  lines.push('Sources');
  list('Sources', cited.map((id, i) => {
    const s = findSource.get(id);
    const published = s.published ? `published ${day(s.published)}` : 'undated';
    lines.push(`• [${i + 1}]: ${s.name}`, published);
    return section(run(`[${i + 1}]:`, bold), run(` ${s.name}`), run('\n'), run(published, italic));
  }));
  blocks.push({ type: 'rich_text', elements: body });
  blocks.push({ type: 'context', elements: [mrkdwn(escape(basis))] });
  lines.push(basis);
  blocks.push({ type: 'actions', elements: [
    button('Timeline', `timeline:${entry.id}`), button('Sources', `sources:${entry.id}`), button('Everything', `who:${entry.id}`),
  ] });
  blocks.push({ type: 'actions', elements: [button('Post to channel', `post:${entry.id}`)] });
  return { text: escape(lines.join('\n')), blocks };
}

const receiver = new HTTPReceiver({ signingSecret: process.env.SLACK_SIGNING_SECRET, logLevel: LogLevel.ERROR });
const authorized = { botToken: process.env.SLACK_BOT_TOKEN, botId: 'B0BOLT', botUserId: 'U0BOLT' };
const app = new App({
  receiver,
  authorize: async () => authorized,
  convoStore: false,
  logLevel: LogLevel.ERROR,
  clientOptions: { slackApiUrl: process.env.SLACK_API_URL },
});

app.command('/brief', async ({ command, ack }) => {
  const [, verb, name] = /^\s*(\S*)\s*(.*?)\s*$/su.exec(command.text);
  const said = verb.toLowerCase() === 'who' && name ? answer(name) : null;
  await ack({ response_type: 'ephemeral', ...(said ?? { text: 'Not in this book. Ask: /brief who NAME' }) });
});

(async () => {
  const server = await app.start({ port: 0, host: '127.0.0.1' });
  const { address, port } = server.address();
  console.log(`listening on ${address}:${port}`);
})();
