// The rules for the style sheet of the demo page.

export default {
  extends: ['stylelint-config-recommended'],
  rules: {
    // A user's font size must have an effect.
    'declaration-property-unit-disallowed-list': { '/^font/': ['px', 'pt', 'vw'] },
    'media-feature-name-unit-allowed-list': { '/width/': ['em'] },
    'custom-property-pattern': '^[a-z]+(-[a-z]+)*$',
    'no-descending-specificity': null,
  },
};
