export default {
  input: 'src/gauge.js',
  output: { file: 'dist/gauge.js', format: 'es' },
};
