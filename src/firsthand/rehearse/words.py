"""What a simulated audience says: questions that people really ask, and the noise around them."""

NAMES = (
    "小鹿", "阿北", "Lin", "大橙子", "Mika", "老周", "豆包", "Echo", "山風", "七七", "Tomato",
    "木子", "Sunny", "阿哲", "一只猫", "Kai", "南瓜", "Ruth", "小满", "北北", "Otto", "桃子",
)  # fmt: skip
REGIONS = (
    "北京市 海淀区", "上海市 徐汇区", "广东省 深圳市 南山区", "浙江省 杭州市 西湖区",
    "四川省 成都市 武侯区", "江苏省 南京市 鼓楼区", "湖北省 武汉市 洪山区", "陕西省 西安市 雁塔区",
)  # fmt: skip
STREETS = (
    "科技路 8 号",
    "学府路 66 号 3 栋",
    "滨江大道 120 号",
    "梧桐街 9 号 1202",
    "文一路 18 号",
)
QUESTIONS = (
    "这个支持鸿蒙吗？", "电池能用多久？", "噪音大不大？", "坏了在哪里修？", "多久能到成都？",
    "成本价是真的吗？", "能不能联动我家的灯？", "有没有绿色的？", "保修几年？", "可以开发票吗？",
    "Does it work with my old hub?", "How loud is it at night?", "Is the battery replaceable?",
    "When does it ship?", "Is there a black one?", "What is the warranty?",
)  # fmt: skip
NOISE = (
    "来了来了", "价格拆开给看，服气", "老板亲自讲啊", "已下单", "这个颜色好看", "坐等发货",
    "哈哈哈", "第一次看公开成本的", "Wow, every part of the price", "nice", "just ordered one",
    "上次买的很好用", "发货很快", "能便宜点吗", "直播间不卡", "love the transparency",
)  # fmt: skip
