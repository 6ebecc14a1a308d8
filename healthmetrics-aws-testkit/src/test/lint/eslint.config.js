// The rules for every script of this project. Paths are relative to its root, where ScriptsAndStylesTest runs it.

import js from '@eslint/js';
import globals from 'globals';

const BROWSER = ['**/*.js', '**/healthmetrics-upload.mjs'];

export default [
  { ignores: ['**/node_modules/**', '**/target/**'] },
  js.configs.recommended,
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  { files: BROWSER, languageOptions: { globals: globals.browser } },
  { files: ['**/*.mjs'], ignores: BROWSER, languageOptions: { globals: globals.node } },
  {
    rules: {
      eqeqeq: ['error', 'always', { null: 'ignore' }],
      'no-else-return': 'error',
      'no-implied-eval': 'error',
      'no-shadow': 'error',
      'no-var': 'error',
      'object-shorthand': 'error',
      'prefer-const': 'error',
      'prefer-template': 'error',
      // Text is inserted as text: nothing may parse HTML.
      'no-restricted-properties': [
        'error',
        ...['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'setHTMLUnsafe'].map((property) => ({
          property,
          message: 'Insert text and elements: h() of dom.js builds them.',
        })),
      ],
    },
  },
];
