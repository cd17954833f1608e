"""Words that say what a Chinese firm does, what it is by law, and plain characters."""

_TRADES = """
科技 技术 信息 网络 软件 电子 电气 电器 电力 电缆 电线 机械 机电 设备 装备 仪器 仪表
自动化 智能 数字 数码 数据 大数据 通信 通讯 物联网 互联网 云计算 人工智能 半导体
集成电路 微电子 光电 光学 激光 能源 新能源 环保 环境 节能 水务 水利 燃气 热力 石油
石化 天然气 化工 化学 材料 新材料 塑料 塑胶 橡胶 橡塑 金属 钢铁 钢结构 特钢 铝业 铜业
矿业 五金 模具 精密 制造 制品 加工 包装 印刷 纸业 造纸 纺织 印染 针织 服装 服饰 鞋业
皮革 家具 家居 家纺 家电 建材 建筑 建设 建工 建安 安装 工程 装饰 装修 装潢 设计 规划
勘察 监理 园林 景观 绿化 市政 路桥 公路 桥梁 隧道 交通 运输 物流 货运 快递 供应链 仓储
航运 航空 航天 船舶 港口 铁路 汽车 汽配 汽车零部件 零部件 配件 摩托车 销售 服务
汽车服务 贸易 商贸 国贸 进出口 国际贸易 国际 商业 百货 超市 连锁 零售 批发 电子商务
商务 食品 饮料 酒业 餐饮 农业 农产品 种业 畜牧 饲料 水产 渔业 林业 粮油 茶业 乳业 生物
医药 制药 药业 药房 医疗 器械 健康 养老 医院 诊所 口腔 美容 化妆品 日化 教育 培训 文化
文创 传媒 传播 广告 会展 影视 出版 旅游 旅行社 酒店 宾馆 体育 娱乐 游戏 投资 资产 资本
基金 金融 证券 银行 保险 租赁 融资 融资租赁 担保 典当 置业 地产 房地产 物业 管理 咨询
顾问 企业 人力资源 劳务 法律 会计 律师 事务所 知识产权 检测 检验 认证 测绘 安防 安全
消防 保安 保洁 家政 实业 工业 产业 发展 开发 经营 控股 工贸 工艺 工艺品 礼品 玩具 文具
办公 珠宝 首饰 眼镜 钟表 陶瓷 玻璃 水泥 混凝土 木业 石材 门窗 幕墙 涂料 油漆 电池 电源
照明 灯饰 轴承 泵业 阀门 管业 锅炉 空调 制冷 压缩机 机床 机器人 工具 电梯 起重 重工
农机 计算机 小吃 饭店 餐厅 面馆 科学 研究 研究院 大学 学院 学校 中学 小学 幼儿园 工厂
系统 集成 平台 应用 运营 创业 孵化 资源 再生 回收 饲养 渔具 户外 宠物 母婴 图书 音像
乐器 摄影 婚庆 策划 信用 征信 结算 支付 交易 拍卖 招标
"""
TRADES = frozenset(_TRADES.split())
LONGEST = max(map(len, TRADES))
# of words for one trade, which firms write as they please, the first stands for all
_ALIKE = """
科技 技术 科学
贸易 商贸 国贸 国际贸易 进出口 工贸
建筑 建设 建工 建安
医药 药业 制药
房地产 地产 置业
电子 微电子
装饰 装修 装潢
物流 货运
通信 通讯
"""
ALIKE = {
    word: line.split()[0]
    for line in _ALIKE.strip().split("\n")
    for word in line.split()
}

# longest first: what stands at the end and says nothing but the legal form
_FORMS_TEXT = """
有限责任公司 股份有限公司 集团股份有限公司 集团有限责任公司 集团有限公司
有限公司 责任公司 股份公司 集团公司 总公司 公司 集团 股份 有限合伙 普通合伙
特殊普通合伙 合伙企业 个人独资企业 个人独资 个体工商户 工作室 经营部 经销部
门市部 商行 商店 商铺 合作社 专业合作社 农民专业合作社 厂 店 部 中心 委员会 协会
学会 基金会
"""
FORMS = tuple(
    sorted(
        _FORMS_TEXT.split(),
        key=len,
        reverse=True,
    )
)
BRANCHES = (
    "分公司",
    "子公司",
    "办事处",
    "营业部",
    "分店",
    "分厂",
    "项目部",
    "支行",
    "分行",
)

_LATIN_FORMS_TEXT = """
co company corp corporation inc incorporated ltd limited llc llp plc gmbh ag kg
sa sarl srl spa bv nv ab oy as pte pty kk holding holdings group the and of
"""
LATIN_FORMS = frozenset(_LATIN_FORMS_TEXT.split())
_LATIN_TRADES_TEXT = """
technology technologies tech trading trade international industry industries
industrial electronics electronic electric systems system software services
service engineering construction logistics import export machinery equipment
materials solutions network networks digital information china
"""
LATIN_TRADES = frozenset(_LATIN_TRADES_TEXT.split())

# traditional characters that are common in names of firms, each before its plain one
_PLAIN = """
華华 電电 機机 務务 業业 國国 際际 貿贸 實实 發发 開开 設设 計计 資资 訊讯 網网 絡络
軟软 體体 術术 學学 醫医 藥药 療疗 飲饮 館馆 飯饭 產产 農农 場场 漁渔 糧粮 紡纺 織织
製制 鋼钢 鐵铁 銅铜 鋁铝 礦矿 儀仪 錶表 裝装 備备 飾饰 築筑 園园 橋桥 運运 輸输 車车
輪轮 寶宝 貴贵 財财 貨货 購购 銷销 賣卖 連连 鎖锁 營营 監监 檢检 測测 試试 驗验 認认
證证 諮咨 詢询 顧顾 問问 師师 會会 經经 濟济 銀银 險险 債债 權权 賃赁 團团 達达 興兴
聯联 協协 豐丰 順顺 龍龙 鳳凤 馬马 鵬鹏 鴻鸿 鷹鹰 萬万 億亿 廣广 東东 灣湾 濱滨 滬沪
遼辽 寧宁 蘇苏 揚扬 無无 錫锡 鎮镇 鹽盐 蕪芜 蘭兰 慶庆 陝陕 雲云 長长 陽阳 陰阴 義义
衛卫 視视 觀观 覽览 藝艺 傳传 廠厂 號号 區区 縣县 鄉乡 島岛 嶺岭 嶼屿 瀋沈 紹绍 鄭郑
濰潍 瀘泸 綿绵 遠远 進进 過过 勝胜 勵励 勁劲 動动 勞劳 優优 偉伟 傑杰 創创 劃划 劉刘
劍剑 匯汇 單单 圖图 圓圆 報报 塊块 壓压 壩坝 夢梦 奧奥 寬宽 層层 幣币 幫帮 庫库 廳厅
彈弹 強强 彙汇 後后 從从 復复 愛爱 態态 懷怀 應应 戰战 戲戏 擇择 據据 擴扩 損损 搖摇
敗败 敵敌 數数 斷断 時时 晉晋 曉晓 書书 條条 楊杨 極极 構构 標标 樓楼 樂乐 樹树 橫横
檔档 歐欧 歷历 氣气 決决 沒没 涼凉 淨净 減减 溫温 準准 滅灭 漢汉 潔洁 澤泽 濃浓 濕湿
災灾 為为 烏乌 熱热 燈灯 燒烧 爐炉 爾尔 牆墙 獎奖 環环 現现 瑪玛 瓊琼 畫画 當当 盤盘
眾众 礎础 禮礼 穩稳 競竞 筆笔 節节 範范 簡简 籌筹 紅红 紙纸 級级 純纯 細细 終终 組组
結结 給给 統统 絲丝 維维 綠绿 線线 編编 緣缘 縱纵 總总 繼继 續续 纖纤 羅罗 習习 聖圣
聲声 職职 臨临 與与 舊旧 莊庄 葉叶 藍蓝 虛虚 蝦虾 補补 裡里 襲袭 見见 規规 記记 訂订
訓训 討讨 許许 評评 話话 該该 誠诚 語语 課课 調调 談谈 請请 論论 諾诺 謝谢 識识 譽誉
讀读 變变 豔艳 貝贝 負负 責责 質质 賓宾 賞赏 賢贤 賽赛 贊赞 趙赵 跡迹 軍军 軌轨 軸轴
輕轻 載载 輝辉 輯辑 轉转 辦办 邊边 郵邮 鄰邻 醬酱 釋释 針针 鈴铃 鋒锋 錄录 錦锦 鍋锅
鍵键 鏡镜 鐘钟 門门 閃闪 閱阅 關关 隊队 階阶 隨随 雙双 雞鸡 離离 難难 靈灵 靜静 韓韩
韻韵 頂顶 項项 預预 領领 頭头 題题 額额 顏颜 類类 顯显 風风 飛飞 養养 餅饼 駐驻 驅驱
鬆松 魚鱼 鮮鲜 鳥鸟 麗丽 麥麦 黃黄 點点 齊齐 齒齿 臺台 檯台 雜杂 啟启 佈布 週周 劑剂
塗涂 櫃柜 燦灿 瑋玮 瑩莹 祐佑 羣群 衆众
"""
PLAIN = str.maketrans({pair[0]: pair[1] for pair in _PLAIN.split()})
