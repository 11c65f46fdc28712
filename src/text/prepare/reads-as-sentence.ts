/** Function words of a sentence: a name, a job title, a company or the label of a form field has none of them. */
const FUNCTION_WORDS =
  /(?<!\p{L})(?:please|pls|kindly|we|you|your|my|our|me|us|it|its|this|these|the|is|are|was|were|has|have|had|does|did|do|not|no(?!\.)|can|cannot|could|would|will|still|also|but|if|because|bitte|ich|wir|mir|uns|mein\p{L}{0,2}|unser\p{L}{0,2}|ist|sind|hat|haben|wird|nicht|kein\p{L}{0,2}|aber|wenn|noch|прошу|просим|просьба|пожалуйста|я|мы|мне|нам|нас|меня|мой|моя|мою|мои|наш\p{L}{0,3}|вы|вам|вас|не|нет|что|если|уже|ещё|еще|был\p{L}{0,2}|это|эт[аиоу]|je|nous|notre|mon|est|sont|pas|mais|por favor|nuestr\p{L}{1,2}|está|pero|прохання|мені|немає|керек|жоқ|iltimos|kerak)(?!\p{L})|(?<!\p{L})I(?![\p{L}.])|\p{L}n['’]t(?!\p{L})|请|我|你|您|不|没|沒/iu

/** Does the line read as a sentence? Words in capitals do not count, because they are codes and countries: IT, US. */
export function readsAsSentence(line: string): boolean {
  return FUNCTION_WORDS.test(line.replace(/(?<!\p{L})\p{Lu}{2,}(?!\p{L})/gu, ' '))
}
