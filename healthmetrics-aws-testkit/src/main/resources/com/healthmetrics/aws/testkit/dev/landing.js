// Shows that a token arrived, without showing it completely.

const purposes = {
  '/auth/verify-email': 'Someone opened the link that confirms an email address.',
  '/auth/reset-password': 'Someone opened the link that resets a password.',
  '/auth/change-email': 'Someone opened the link that confirms a new email address.',
};

const path = location.pathname.replace(/\/+$/, '');
const token = new URLSearchParams(location.search).get('token');

document.getElementById('landing-path').textContent = path;
document.getElementById('landing-purpose').textContent =
  purposes[path] ?? 'The link in the email led here.';
document.getElementById('landing-token').textContent = token
  ? `Arrived: ${mask(token)} (${token.length} characters)`
  : 'None. The link has no token parameter.';

function mask(value) {
  return value.length < 12 ? '•'.repeat(6) : `${value.slice(0, 4)}••••••${value.slice(-2)}`;
}
