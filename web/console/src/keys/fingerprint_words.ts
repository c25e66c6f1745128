// The words of crypto/fingerprint_words.inc, in its order (a test compares them).
export const fingerprintWords: readonly string[] = `
album alley amber anchor apple apron artist atlas attic autumn avocado ballet
bamboo banana banjo basil beacon beaver bicycle birch biscuit blanket blossom bottle
boulder branch bread breeze brick bridge bronze broom bubble bucket buffalo butter
cabbage cabin cactus camera canoe canvas captain caramel carpet carrot castle catfish
cedar ceiling celery cello chalk cherry chicken chimney chorus cinema circle cliff
clock cloud clover coast coconut coffee comet compass concert coral corner cottage
cotton cradle crayon crystal cupboard cushion daisy dance diamond dinner dolphin domino
donkey drawer drizzle drum eagle earth eclipse elephant emerald engine evening fabric
falcon feather fern fiddle field flamingo flute forest fountain fox fruit galaxy
garden garlic gazelle giraffe glacier globe grape guitar hammock harvest hedge horizon
horse hotel iceberg indigo insect island ivory jaguar jasmine jelly jigsaw juice
jungle juniper kangaroo kayak kitchen kite kiwi koala ladder lake lantern lavender
lemon lentil leopard library lilac lily linen lizard lobster lotus lunch magnet
mango marble meadow melody mirror mitten morning moss muffin museum mushroom music
napkin needle notebook nutmeg oasis oatmeal ocean octopus olive onion orange orchard
otter owl oxygen painter palace panda papaya paper parsley peanut pearl pelican
penguin piano pigeon pillow pony postcard potato pumpkin puppet puzzle pyramid quartz
quilt rabbit radio ribbon robin ruby saffron sailor salad scarf sheep shell
shrimp silver sky snail snow sparrow spider spinach spoon spring stone summer
sunset swan sweater teapot temple tennis thunder tiger tractor trumpet tulip tunnel
turtle umbrella vanilla velvet village violet volcano waffle wagon walnut wave wheat
window yogurt zebra zipper
`.trim().split(/\s+/);
