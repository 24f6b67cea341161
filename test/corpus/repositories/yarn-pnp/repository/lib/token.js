const ms = require('ms');
const { encode, decode } = require('./encoding');

function createToken(subject, lifetime, now) {
  const expires = now + ms(lifetime);
  return encode({ subject, expires });
}

function readToken(text, now) {
  const token = decode(text);
  if (token === null) return { valid: false, reason: 'unreadable' };
  if (token.expires <= now) return { valid: false, reason: 'expired' };
  return { valid: true, subject: token.subject };
}

module.exports = { createToken, readToken };
